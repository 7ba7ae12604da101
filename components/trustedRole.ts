import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * The trust policy of a role for people and other systems: those named, or else whoever this account allows to.
 * @param principals AWS account ids, or ARNs of users and roles
 */
export function trustedBy(principals: readonly string[]): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput().accountId;
  const trusted: pulumi.Input<string[]> =
    principals.length > 0 ? [...principals] : account.apply((id) => [id]);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: trusted }, Action: "sts:AssumeRole" }],
  });
}
