import type { Account } from "../../account";
import type { RolePrincipal } from "../../iam/principal";
import { AwsError } from "../service";
import type { StateMachineDefinition } from "./definition";
import type { Integrations } from "./integrations/integration";
import { checkName } from "./names";
import { parseDefinition } from "./validateDefinition";

export interface StateMachineInput {
  readonly name: string;
  /** JSON text in the States Language. */
  readonly definition: string;
  readonly roleArn: string;
  /** Only `STANDARD`, the default. */
  readonly type?: string;
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definitionText: string;
  readonly definition: StateMachineDefinition;
  /** Milliseconds since the epoch. */
  readonly creationDate: number;
}

/** A state machine as it is saved. */
export type SavedStateMachine = Omit<StateMachine, "definition">;

/** The state machines of the local cloud. */
export class StateMachines {
  readonly #byArn = new Map<string, StateMachine>();

  constructor(
    private readonly account: Account,
    private readonly now: () => number,
    private readonly integrations: Integrations,
  ) {}

  /**
   * Creating the same one again changes nothing.
   * @throws AwsError InvalidName, InvalidDefinition, InvalidArn, StateMachineTypeNotSupported, StateMachineAlreadyExists
   */
  create(input: StateMachineInput): StateMachine {
    checkName(input.name);
    checkRole(input.roleArn);
    checkType(input.type);
    const { partition, region, accountId } = this.account;
    const arn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${input.name}`;
    const definition = parseDefinition(input.definition, this.integrations);
    const existing = this.#byArn.get(arn);
    if (existing?.definitionText === input.definition) return existing;
    if (existing) throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
    const created: StateMachine = {
      arn,
      name: input.name,
      roleArn: input.roleArn,
      definitionText: input.definition,
      definition,
      creationDate: this.now(),
    };
    this.#byArn.set(arn, created);
    return created;
  }

  /** The state machine of now if it is the same, and otherwise the earlier one, which its executions go on with. */
  asItWas(saved: SavedStateMachine): StateMachine {
    const now = this.#byArn.get(saved.arn);
    const { definitionText, roleArn } = saved;
    if (now?.definitionText === definitionText && now.roleArn === roleArn) return now;
    return { ...saved, definition: parseDefinition(definitionText, this.integrations) };
  }

  /** @throws AwsError StateMachineDoesNotExist */
  get(arn: string): StateMachine {
    const found = this.#byArn.get(arn);
    if (!found) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  /** By name. */
  list(): StateMachine[] {
    return [...this.#byArn.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** A session of the state machine's role, for one execution. */
export function rolePrincipal({ roleArn }: StateMachine, sessionName: string): RolePrincipal {
  const [, partition, , , accountId] = roleArn.split(":");
  const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
  return {
    kind: "role",
    roleArn,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
  };
}

function checkRole(roleArn: string): void {
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Invalid Role Arn: ${roleArn}'`);
  }
}

function checkType(type: string | undefined): void {
  if (type !== undefined && type !== "STANDARD") {
    throw new AwsError("StateMachineTypeNotSupported", `the local cloud runs STANDARD, not ${type}`);
  }
}
