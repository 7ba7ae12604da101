import { systemClock, type Clock } from "../../local/clock";
import { Relay, usage } from "../helpers/relay";
import type { Denied } from "../../local/iam/usage";
import { exerciseFor } from "./exercises";
import { grantedStatements, type GrantedStatement } from "./statements";

/** Waits are a tenth as long: the retries of Lambda take minutes. */
const impatientClock: Clock = {
  now: () => systemClock.now(),
  after: (milliseconds, callback) => systemClock.after(milliseconds / 10, callback),
};

/** The slowest exercise takes eighteen seconds. */
const patience = 40_000;

/** Whether a denial is of the statement's own role; that of a resource's policy may be anyone's. */
function concerns(principal: string, owner: string): boolean {
  const [, role] = /:assumed-role\/(.+)-role-[0-9a-f]{7}\//.exec(principal) ?? [];
  return role === undefined || role === owner || ["key", "callbacks", "egress", "alarms"].includes(owner);
}

describe("Every statement is needed:", () => {
  let relay: Relay;
  before(async function () {
    this.timeout(60_000);
    relay = await Relay.start({ clock: impatientClock, reconcileMinutes: 3, tagsEvery: "3m" });
  });
  after(() => relay.stop());

  /** Takes the statement away, does what needs it, and waits until that is denied. */
  const check = async ({ title, actions, remove }: GrantedStatement): Promise<void> => {
    const act = await exerciseFor(title)(relay);
    const putBack = remove();
    const before = usage.denied.length;
    try {
      await act();
      const [owner = ""] = title.split("/");
      const isIt = ({ principal, action }: Denied) => actions.includes(action) && concerns(principal, owner);
      const look = async () => usage.denied.slice(before).find(isIt);
      await relay.eventually(`a denial for want of ${title}`, look, patience);
    } finally {
      putBack();
    }
  };

  it("without any one of them something is denied", async () => {
    const statements = grantedStatements(relay.cloud.access);
    // Their exercises take twenty seconds, and disturb no other.
    const slow = statements.filter(({ title }) =>
      /^((record-|replay-|reconcile-|start-alarm|build-tags).*\/ReportFailures|.*\/(reconcile-jobs-reconcile|build-tags-schedule))$/.test(
        title,
      ),
    );
    const slowly = Promise.all(slow.map(check));
    const needless: string[] = [];
    for (const statement of statements.filter((other) => !slow.includes(other))) {
      await check(statement).catch((error: unknown) => {
        needless.push(`${statement.title}: ${String(error).split("\n")[0]}`);
      });
    }
    await slowly;
    if (needless.length > 0) throw new Error(`not needed, or not enforced:\n${needless.join("\n")}`);
  }).timeout(300_000);
});
