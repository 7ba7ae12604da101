import type { Decided } from "./authorizer";
import type { Grant } from "./grants";
import { principalName } from "./principal";

/** A request that was refused. */
export interface Denied {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** Which grants have been used, and what was denied. */
export class Usage {
  readonly #used = new Set<string>();
  readonly #denied: Denied[] = [];

  /** Takes note of a decision. */
  note({ request, decision }: Decided): void {
    if (decision.effect === "allow") {
      for (const { policy, statement } of decision.by) this.#used.add(id(policy, statement, request.action));
    } else {
      const { action, resource } = request;
      this.#denied.push({ principal: principalName(request.principal), action, resource });
    }
  }

  isUsed({ policy, statement, action }: Grant): boolean {
    return this.#used.has(id(policy, statement, action));
  }

  get denied(): readonly Denied[] {
    return this.#denied;
  }
}

function id(policy: string, statement: number, action: string): string {
  return `${policy} ${statement} ${action.toLowerCase()}`;
}
