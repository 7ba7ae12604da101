import { AwsError } from "../services/service";

/** A policy document that breaks a rule of the policy grammar: what IAM answers with `MalformedPolicyDocument`. */
export class PolicyError extends AwsError {
  /**
   * @param place the statement and element, for example `statement 0 (Sid ReadJobs), Action "s3GetObject"`
   * @param rule what AWS requires there
   */
  constructor(
    readonly place: string,
    readonly rule: string,
  ) {
    super("MalformedPolicyDocument", `${place}: ${rule}`);
  }
}
