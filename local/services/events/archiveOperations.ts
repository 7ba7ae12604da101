import { Members, validationDialect } from "../cloudwatch/members";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import type { RequiredPermission } from "../service";
import type { Archive, ArchiveSettings } from "./archive";
import type { Archives } from "./archives";
import { listed } from "./listing";
import { readPattern, type Bus, type Buses } from "./rules";

/** In the shape that CreateArchive has. */
export interface CreateArchiveInput {
  readonly ArchiveName: string;
  /** The ARN of a bus. */
  readonly EventSourceArn: string;
  readonly Description?: string;
  /** JSON. */
  readonly EventPattern?: string;
  /** 0 keeps events for ever. @default 0 */
  readonly RetentionDays?: number;
  /** The ARN of a key. */
  readonly KmsKeyIdentifier?: string;
}

// As the model of EventBridge writes it, which its errors repeat. A managed rule adds a prefix to the name: hence 48.
const nameRule = { least: 1, most: 48, pattern: new RegExp(String.raw`^[\.\-_A-Za-z0-9]+$`) };
const states = ["ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"];

/**
 * The operations on archives.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
 */
export function archiveOperations(archives: Archives, buses: Buses): Record<string, JsonOperation> {
  const onArchive = (
    operation: string,
    run: (archive: Archive, members: Members) => Promise<object> | object,
  ): JsonOperation => ({
    permissions: ({ ArchiveName: name }) => [permission(operation, archives.arn(String(name)))],
    run: (input) => {
      const members = eventMembers(input);
      return run(archives.get(members.requiredText("ArchiveName", nameRule)), members);
    },
  });
  return {
    CreateArchive: {
      permissions: ({ ArchiveName: name, EventSourceArn: bus }) => [
        permission("CreateArchive", archives.arn(String(name))),
        permission("CreateArchive", buses.busArn(String(bus))),
      ],
      run: async (input) => outcome(await createArchive(eventMembers(input), archives, buses)),
    },
    DescribeArchive: onArchive("DescribeArchive", describe),
    UpdateArchive: onArchive("UpdateArchive", async (archive, members) => {
      await archives.change(archive, readSettings(members, archive.settings));
      return outcome(archive);
    }),
    DeleteArchive: onArchive("DeleteArchive", ({ name }) => {
      archives.delete(name);
      return {};
    }),
    ListArchives: {
      permissions: () => [permission("ListArchives", "*")],
      run: (input) => list(eventMembers(input), archives, buses),
    },
  };
}

/** @throws AwsError as CreateArchive does */
export async function createArchive(members: Members, archives: Archives, buses: Buses): Promise<Archive> {
  const name = members.requiredText("ArchiveName", nameRule);
  const source: Bus = buses.bus(members.requiredText("EventSourceArn", { least: 1, most: 1600 }));
  return archives.create(name, source, readSettings(members));
}

export function eventMembers(input: JsonObject): Members {
  return new Members(input, validationDialect("ValidationException"));
}

export function permission(operation: string, resource: string): RequiredPermission {
  return { action: `events:${operation}`, resource };
}

/** What is not said stays as it was. @throws AwsError ValidationException, InvalidEventPatternException */
function readSettings(members: Members, before?: ArchiveSettings): ArchiveSettings {
  const patternText = members.text("EventPattern", { most: 4096 }) ?? before?.patternText;
  return {
    description: members.text("Description", { most: 512 }) ?? before?.description,
    patternText,
    pattern: patternText === undefined ? undefined : readPattern(patternText),
    retentionDays: members.integer("RetentionDays", { least: 0 }) ?? before?.retentionDays ?? 0,
    keyArn: members.text("KmsKeyIdentifier", { most: 2048 }) ?? before?.keyArn,
  };
}

function list(members: Members, archives: Archives, buses: Buses): object {
  const source = members.text("EventSourceArn");
  if (source !== undefined) buses.bus(source);
  const { page, ...more } = listed("ListArchives", members, archives.all(), states);
  return { Archives: page.map(summary), ...more };
}

function summary(archive: Archive): object {
  const { name, sourceArn, state, settings, contents, createdAt } = archive;
  return {
    ArchiveName: name,
    EventSourceArn: sourceArn,
    State: state,
    RetentionDays: settings.retentionDays,
    ...contents,
    CreationTime: createdAt / 1000,
  };
}

function describe(archive: Archive): object {
  const { identity, settings } = archive;
  return {
    ...summary(archive),
    ArchiveArn: identity.arn,
    Description: settings.description,
    EventPattern: settings.patternText,
    KmsKeyIdentifier: settings.keyArn,
  };
}

function outcome({ identity, state, createdAt }: Archive): object {
  return { ArchiveArn: identity.arn, State: state, CreationTime: createdAt / 1000 };
}
