import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createDeadLetterQueue } from "./deadLetterQueue";
import type { Foundation } from "./foundation";
import type { InlineHandler } from "./inlineHandler";
import { archiveHandler, functionArchive } from "./packaging/functionArchive";
import { identityPolicy, serviceTrustPolicy, type PolicyStatement } from "./policy";

export interface InlineFunctionArgs {
  /** The handler: see `inlineHandler`. */
  readonly handler: InlineHandler;
  /** What the function may do, beside writing its own log and traces. */
  readonly statements: readonly PolicyStatement[];
  /** How long one invocation may take, in seconds. @default 30 */
  readonly timeoutSeconds?: number;
  /** In MiB. @default 256 */
  readonly memoryMb?: number;
  readonly foundation: Foundation;
}

/**
 * A Lambda function from an inline handler: its closure and the library code that it uses, a role with exactly the
 * statements given, and a log group.
 */
export class InlineFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly invokeArn: pulumi.Output<string>;
  /** The id that AWS makes up for the function's role: the same as long as there is the role, and told to nobody. */
  readonly roleUniqueId: pulumi.Output<string>;
  readonly timeoutSeconds: number;
  private readonly role: aws.iam.Role;
  private readonly foundation: Foundation;

  constructor(
    readonly label: string,
    args: InlineFunctionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("jobrelay:InlineFunction", label, {}, opts);
    this.timeoutSeconds = args.timeoutSeconds ?? 30;
    this.foundation = args.foundation;
    const logGroup = this.createLogGroup(args.foundation);
    this.role = this.createRole();
    this.roleUniqueId = this.role.uniqueId;
    const policy = this.grant("base", [...ownStatements(logGroup), ...args.statements]);
    const lambda = this.createFunction(args, logGroup, policy);
    this.arn = lambda.arn;
    this.functionName = lambda.name;
    this.invokeArn = lambda.invokeArn;
    const memoryMb = args.memoryMb ?? 256;
    args.foundation.parts.functions.push({ label, functionName: lambda.name, memoryMb });
    this.registerOutputs({ arn: this.arn });
  }

  /** Allows the function more, once the resources that it may act upon are known. */
  grant(purpose: string, statements: readonly PolicyStatement[]): aws.iam.RolePolicy {
    const args = { role: this.role.id, policy: identityPolicy(statements) };
    return new aws.iam.RolePolicy(`${this.label}-${purpose}`, args, { parent: this });
  }

  /** The permission to call this function. */
  allowInvoke(): PolicyStatement {
    return { sid: "InvokeFunction", actions: ["lambda:InvokeFunction"], resources: [this.arn] };
  }

  /** Lets an AWS service call this function on behalf of one resource. */
  permitService(purpose: string, principal: string, sourceArn: pulumi.Input<string>): aws.lambda.Permission {
    return new aws.lambda.Permission(
      `${this.label}-${purpose}`,
      { action: "lambda:InvokeFunction", function: this.functionName, principal, sourceArn },
      { parent: this },
    );
  }

  /**
   * Lets events of a rule call this function. What it cannot handle after EventBridge's and Lambda's own retries goes
   * to a queue.
   */
  triggerBy(purpose: string, rule: aws.cloudwatch.EventRule): void {
    this.keepFailures();
    const permission = this.permitService(purpose, "events.amazonaws.com", rule.arn);
    new aws.cloudwatch.EventTarget(
      `${this.label}-${purpose}`,
      { rule: rule.name, eventBusName: rule.eventBusName, arn: this.arn },
      { parent: this, dependsOn: [permission] },
    );
  }

  /** Keeps asynchronous events that this function cannot handle, after Lambda's own retries, in a queue. */
  keepFailures(): aws.lambda.FunctionEventInvokeConfig {
    const failures = createDeadLetterQueue(`${this.label}-failures`, this.foundation, this);
    const policy = this.grant("report", [
      { sid: "ReportFailures", actions: ["sqs:SendMessage"], resources: [failures.arn] },
    ]);
    return new aws.lambda.FunctionEventInvokeConfig(
      `${this.label}-on-failure`,
      {
        functionName: this.functionName,
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destination: failures.arn } },
      },
      { parent: this, dependsOn: [policy] },
    );
  }

  private createLogGroup({ settings, key }: Foundation): aws.cloudwatch.LogGroup {
    const args = { retentionInDays: settings.logRetentionDays, kmsKeyId: key.arn };
    return new aws.cloudwatch.LogGroup(`${this.label}-log`, args, { parent: this });
  }

  private createRole(): aws.iam.Role {
    const assumeRolePolicy = serviceTrustPolicy("lambda.amazonaws.com");
    return new aws.iam.Role(`${this.label}-role`, { assumeRolePolicy }, { parent: this });
  }

  private createFunction(
    args: InlineFunctionArgs,
    logGroup: aws.cloudwatch.LogGroup,
    policy: aws.iam.RolePolicy,
  ): aws.lambda.Function {
    const archive = pulumi.output(functionArchive(this.label, args.handler.create));
    return new aws.lambda.Function(
      this.label,
      {
        code: archive.apply(({ files }) => assetsOf(files)),
        handler: archiveHandler,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        role: this.role.arn,
        timeout: this.timeoutSeconds,
        memorySize: args.memoryMb ?? 256,
        // Errors are logged with the hash, which leads to the source maps.
        environment: { variables: { ...args.handler.environment, ARCHIVE_HASH: archive.hash } },
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
        tracingConfig: { mode: "Active" },
      },
      // A function that starts before its permissions would fail its first invocations.
      { parent: this, dependsOn: [policy] },
    );
  }
}

function assetsOf(files: Readonly<Record<string, string>>): pulumi.asset.Archive {
  const assets = Object.entries(files).map(
    ([file, text]) => [file, new pulumi.asset.StringAsset(text)] as const,
  );
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}

/** What every function needs for itself. X-Ray knows no resources. */
function ownStatements(logGroup: aws.cloudwatch.LogGroup): PolicyStatement[] {
  return [
    {
      sid: "WriteLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroup.arn}:*`],
    },
    {
      sid: "WriteTraces",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      resources: ["*"],
    },
  ];
}
