import type { Members } from "../cloudwatch/members";
import type { JsonObject, JsonOperation } from "../jsonProtocol";
import { eventMembers, permission } from "./archiveOperations";
import { listed } from "./listing";
import { replayStates, type Replay, type ReplayRequest } from "./replay";
import type { Replays } from "./replays";

// As the model of EventBridge writes it, which its errors repeat.
const nameRule = { least: 1, most: 64, pattern: new RegExp(String.raw`^[\.\-_A-Za-z0-9]+$`) };
const arnRule = { least: 1, most: 1600 };

/**
 * The operations on replays.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html
 */
export function replayOperations(replays: Replays): Record<string, JsonOperation> {
  const onReplay = (operation: string, run: (name: string) => object): JsonOperation => ({
    permissions: ({ ReplayName: name }) => [permission(operation, replays.arn(String(name)))],
    run: (input) => run(eventMembers(input).requiredText("ReplayName", nameRule)),
  });
  return {
    StartReplay: {
      permissions: permissionsToStart(replays),
      run: (input) => {
        const replay = replays.start(readRequest(eventMembers(input)));
        return { ...outcome(replay), ReplayStartTime: replay.startedAt / 1000 };
      },
    },
    DescribeReplay: onReplay("DescribeReplay", (name) => describe(replays.get(name))),
    CancelReplay: onReplay("CancelReplay", (name) => outcome(replays.cancel(name))),
    ListReplays: {
      permissions: () => [permission("ListReplays", "*")],
      run: (input) => {
        const { page, ...more } = listed("ListReplays", eventMembers(input), replays.all(), replayStates);
        return { Replays: page.map(summary), ...more };
      },
    },
  };
}

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
function permissionsToStart(replays: Replays): JsonOperation["permissions"] {
  return ({ ReplayName: name, EventSourceArn: archive, Destination: destination }) => {
    const bus = (destination as JsonObject | undefined)?.["Arn"];
    return [String(archive), String(bus), replays.arn(String(name))].map((resource) =>
      permission("StartReplay", resource),
    );
  };
}

function readRequest(members: Members): ReplayRequest {
  const destination = members.required("Destination", members.structure("Destination"));
  return {
    name: members.requiredText("ReplayName", nameRule),
    description: members.text("Description", { most: 512 }),
    archiveArn: members.requiredText("EventSourceArn", arnRule),
    start: members.required("EventStartTime", members.time("EventStartTime")),
    end: members.required("EventEndTime", members.time("EventEndTime")),
    busArn: destination.requiredText("Arn", arnRule),
    filterArns: destination.texts("FilterArns", {}, arnRule),
  };
}

function outcome({ arn, state, stateReason }: Replay): object {
  return { ReplayArn: arn, State: state, StateReason: stateReason };
}

function summary({ name, sourceArn, state, stateReason, request, ...times }: Replay): object {
  return {
    ReplayName: name,
    EventSourceArn: sourceArn,
    State: state,
    StateReason: stateReason,
    EventStartTime: request.start / 1000,
    EventEndTime: request.end / 1000,
    EventLastReplayedTime: seconds(times.lastReplayed),
    ReplayStartTime: times.startedAt / 1000,
    ReplayEndTime: seconds(times.endedAt),
  };
}

function describe(replay: Replay): object {
  const { arn, request } = replay;
  return {
    ...summary(replay),
    ReplayArn: arn,
    Description: request.description,
    Destination: { Arn: request.busArn, FilterArns: request.filterArns },
  };
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
