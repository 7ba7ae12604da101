import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../policy";

/** The permission to read a secret. */
export function allowReadSecret(secretArn: pulumi.Input<string>): PolicyStatement {
  return { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] };
}
