/** The input of UpdateTimeToLive, in the form of dynalite's own validations. */
export const updateTimeToLiveType = {
  TableName: { type: "String", required: true, tableName: true, regex: "[a-zA-Z0-9_.-]+" },
  TimeToLiveSpecification: {
    type: "FieldStruct<TimeToLiveSpecification>",
    notNull: true,
    children: {
      AttributeName: {
        type: "String",
        notNull: true,
        lengthGreaterThanOrEqual: 1,
        lengthLessThanOrEqual: 255,
      },
      Enabled: { type: "Boolean", notNull: true },
    },
  },
};

/** The input of DescribeTimeToLive. */
export const describeTimeToLiveType = { TableName: updateTimeToLiveType.TableName };

export interface TimeToLiveSpecification {
  readonly AttributeName: string;
  readonly Enabled: boolean;
}

/** A checked input of either. */
export interface TimeToLiveInput {
  readonly TableName: string;
  readonly TimeToLiveSpecification: TimeToLiveSpecification;
}
