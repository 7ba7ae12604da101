import type * as pulumi from "@pulumi/pulumi";

/** How a metric is drawn. */
export interface Drawing {
  readonly label?: string;
  readonly stat?: string;
  readonly id?: string;
  readonly visible?: boolean;
  readonly expression?: string;
}

/** A line of a graph: namespace, name, dimensions by name and value, and how it is drawn; or an expression alone. */
export type Line = readonly (pulumi.Input<string> | Drawing)[];

export interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  /** @default Sum */
  readonly stat?: string;
  /** Whether the lines are drawn on top of each other. @default false */
  readonly stacked?: boolean;
}

/** A widget without its place. */
export type Widget = Readonly<{ type: string; properties: object }>;

/**
 * A graph of the last hours, five minutes a point; nothing without lines, for CloudWatch takes no graph without.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function graph(
  { title, lines, stat = "Sum", stacked = false }: Graph,
  region: pulumi.Input<string>,
): Widget[] {
  if (lines.length === 0) return [];
  const properties = { title, region, view: "timeSeries", stacked, stat, period: 300, metrics: lines };
  return [{ type: "metric", properties }];
}

/** Widgets beneath each other; those of a row beside each other. In a dashboard's own units, it is 24 wide. */
export interface Row {
  readonly height: number;
  readonly width: number;
  readonly widgets: readonly Widget[];
}

/** Rows of three. */
export function rowsOf(widgets: readonly Widget[]): Row[] {
  return Array.from({ length: Math.ceil(widgets.length / 3) }, (_, row) => ({
    height: 6,
    width: 8,
    widgets: widgets.slice(row * 3, row * 3 + 3),
  }));
}

/** Gives each widget its place. */
export function layOut(rows: readonly Row[]): object[] {
  let y = 0;
  return rows.flatMap(({ height, width, widgets }) => {
    const top = y;
    if (widgets.length > 0) y += height;
    return widgets.map((widget, index) => ({ ...widget, x: index * width, y: top, width, height }));
  });
}
