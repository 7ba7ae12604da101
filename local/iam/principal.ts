/** Who makes a call inside the local cloud. */
export type Principal = RootPrincipal | RolePrincipal | ServicePrincipal;

/** The account itself: what an administrator's credentials are on AWS. */
export interface RootPrincipal {
  readonly kind: "root";
  /** For example `arn:aws:iam::000000000000:root`. */
  readonly arn: string;
}

/** A session of an IAM role: a function, a state machine, an event source mapping, or a person who assumed it. */
export interface RolePrincipal {
  readonly kind: "role";
  /** `arn:aws:iam::<account>:role/<name>`. */
  readonly roleArn: string;
  /** `arn:aws:sts::<account>:assumed-role/<name>/<session>`. */
  readonly arn: string;
}

/** An AWS service acting for a resource, such as S3 sending a notification for a bucket. */
export interface ServicePrincipal {
  readonly kind: "service";
  /** For example `s3.amazonaws.com`. */
  readonly service: string;
  /** The resource on whose behalf it acts: `aws:SourceArn`. */
  readonly sourceArn: string;
}

/** The principal's name in logs and messages. */
export function principalName(principal: Principal): string {
  return principal.kind === "service" ? principal.service : principal.arn;
}
