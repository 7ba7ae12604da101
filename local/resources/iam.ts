import { roleId } from "../iam/roleId";
import type { Adapters } from "./adapter";

interface RoleInputs {
  readonly assumeRolePolicy: string;
}

interface RolePolicyInputs {
  /** The role's name, which is its id. */
  readonly role: string;
  readonly policy: string;
}

export const iamAdapters: Adapters = {
  "aws:iam/role:Role": {
    inputs: ["assumeRolePolicy"],
    create({ inputs, physicalName }, { access }) {
      const { assumeRolePolicy } = inputs as unknown as RoleInputs;
      const arn = access.roles.createRole({ name: physicalName, assumeRolePolicy });
      return { id: physicalName, state: { ...inputs, name: physicalName, arn, uniqueId: roleId(arn) } };
    },
  },
  "aws:iam/policy:Policy": {
    inputs: ["policy"],
    create({ inputs, physicalName }, { access }) {
      const { policy } = inputs as unknown as RolePolicyInputs;
      const arn = access.roles.createPolicy({ name: physicalName, document: policy });
      return { id: arn, state: { ...inputs, name: physicalName, arn } };
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    inputs: ["role", "policy"],
    create({ inputs, physicalName }, { access }) {
      const { role, policy } = inputs as unknown as RolePolicyInputs;
      access.roles.putRolePolicy(role, physicalName, policy);
      return { id: `${role}:${physicalName}`, state: { ...inputs, name: physicalName } };
    },
  },
};
