import type * as pulumi from "@pulumi/pulumi";
import type { Adapters } from "./adapter";
import type { EventSourceMappingInput } from "../services/lambda/eventSources/mapping";

interface FunctionInputs {
  readonly code: pulumi.asset.AssetArchive;
  readonly handler: string;
  readonly role: string;
  readonly timeout?: number;
  readonly memorySize?: number;
  readonly environment?: { readonly variables?: Readonly<Record<string, string>> };
  readonly reservedConcurrentExecutions?: number;
  readonly loggingConfig?: { readonly logGroup?: string };
}

interface PermissionInputs {
  readonly action: string;
  /** The function's name or ARN. */
  readonly function: string;
  readonly principal: string;
  readonly sourceArn?: string;
}

interface EventInvokeConfigInputs {
  readonly functionName: string;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeInSeconds?: number;
  readonly destinationConfig?: { readonly onFailure?: { readonly destination: string } };
}

export const lambdaAdapters: Adapters = {
  "aws:lambda/function:Function": {
    inputs: [
      "code",
      "handler",
      "role",
      "timeout",
      "memorySize",
      "environment",
      "reservedConcurrentExecutions",
    ],
    withoutEffect: ["runtime", "architectures", "loggingConfig", "tracingConfig"],
    async create({ inputs, physicalName }, { lambda }) {
      const fn = inputs as unknown as FunctionInputs;
      const { arn, invokeArn } = await lambda.createFunction({
        name: physicalName,
        files: await filesOf(fn.code),
        handler: fn.handler,
        roleArn: fn.role,
        environment: fn.environment?.variables ?? {},
        // AWS's own defaults.
        timeoutSeconds: fn.timeout ?? 3,
        memoryMb: fn.memorySize ?? 128,
        ...(fn.loggingConfig?.logGroup === undefined ? {} : { logGroup: fn.loggingConfig.logGroup }),
        ...(fn.reservedConcurrentExecutions === undefined
          ? {}
          : { reservedConcurrency: fn.reservedConcurrentExecutions }),
      });
      return { id: physicalName, state: { ...inputs, name: physicalName, arn, invokeArn } };
    },
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    inputs: [
      "eventSourceArn",
      "functionName",
      "batchSize",
      "startingPosition",
      "maximumRetryAttempts",
      "bisectBatchOnFunctionError",
      "functionResponseTypes",
      "filterCriteria",
      "destinationConfig",
      "scalingConfig",
      "maximumBatchingWindowInSeconds",
    ],
    async create({ inputs }, { lambda }) {
      const { uuid } = await lambda.createEventSourceMapping(inputs as unknown as EventSourceMappingInput);
      return { id: uuid, state: { ...inputs, uuid } };
    },
  },
  "aws:lambda/permission:Permission": {
    inputs: ["action", "function", "principal", "sourceArn"],
    create({ inputs, physicalName }, { access, account, lambda }) {
      const { action, function: functionName, principal, sourceArn } = inputs as unknown as PermissionInputs;
      const arn = `arn:aws:lambda:${account.region}:${account.accountId}:function:${functionName}`;
      lambda.addPermission(functionName, {
        Sid: physicalName,
        Effect: "Allow",
        Principal: { Service: principal },
        Action: action,
        Resource: arn,
        ...(sourceArn === undefined ? {} : { Condition: { ArnLike: { "AWS:SourceArn": sourceArn } } }),
      });
      access.resourcePolicies.put(arn, JSON.stringify(lambda.resourcePolicy(functionName)));
      return { id: physicalName, state: inputs };
    },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    inputs: ["functionName", "maximumRetryAttempts", "maximumEventAgeInSeconds", "destinationConfig"],
    create({ inputs }, { lambda }) {
      const config = inputs as unknown as EventInvokeConfigInputs;
      const onFailureArn = config.destinationConfig?.onFailure?.destination;
      lambda.configureAsync(config.functionName, {
        ...(config.maximumRetryAttempts === undefined
          ? {}
          : { maximumRetryAttempts: config.maximumRetryAttempts }),
        ...(config.maximumEventAgeInSeconds === undefined
          ? {}
          : { maximumEventAgeSeconds: config.maximumEventAgeInSeconds }),
        ...(onFailureArn === undefined ? {} : { onFailureArn }),
      });
      return { id: config.functionName, state: inputs };
    },
  },
};

/** The files of an archive, which for an inline function are all texts. */
async function filesOf(archive: pulumi.asset.AssetArchive): Promise<Record<string, string>> {
  const assets = await archive.assets;
  const files = Object.entries(assets).map(async ([file, asset]) => {
    if (!("text" in asset)) throw new Error(`${file} of a function's archive is not a text`);
    return [file, await (asset as pulumi.asset.StringAsset).text] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
