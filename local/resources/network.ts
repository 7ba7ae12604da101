import type { Adapters } from "./adapter";

/** Networks: containers on a laptop use the laptop's. */
export const networkAdapters: Adapters = {
  "awsx:ec2:Vpc": {
    inputs: [],
    withoutEffect: [
      "numberOfAvailabilityZones",
      "natGateways",
      "subnetStrategy",
      "subnetSpecs",
      "enableDnsHostnames",
    ],
    create: ({ physicalName }) => ({
      id: physicalName,
      state: {
        vpcId: "vpc-00000000000000000",
        publicSubnetIds: ["subnet-00000000000000000"],
        privateSubnetIds: [],
      },
    }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    inputs: [],
    withoutEffect: ["vpcId", "description", "egress", "ingress"],
    create: ({ inputs }) => ({ id: "sg-00000000000000000", state: inputs }),
  },
};
