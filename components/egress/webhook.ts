import type * as pulumi from "@pulumi/pulumi";
import { receiveWebhook } from "../../functions/receiveWebhook";
import type { PlatformConfig } from "../catalogue/egress";
import type { Foundation } from "../foundation";
import { InlineFunction } from "../inlineFunction";
import { inlineHandler } from "../inlineHandler";
import type { JobStore } from "../jobStore";
import { allowReadSecret } from "./allowReadSecret";

export interface WebhookArgs {
  readonly platform: PlatformConfig;
  readonly secretArn: pulumi.Output<string>;
  readonly jobs: JobStore;
  readonly foundation: Foundation;
}

/** The function behind `POST /job-complete`. */
export function createWebhook(args: WebhookArgs, parent: pulumi.Resource): InlineFunction {
  const { platform, secretArn, jobs, foundation } = args;
  return new InlineFunction(
    "receive-webhook",
    {
      handler: inlineHandler(receiveWebhook, {
        tableName: jobs.tableName,
        secretArn,
        authentication: platform.webhook,
        platformName: platform.name,
        retentionDays: foundation.settings.jobRetentionDays,
      }),
      statements: [jobs.allowCreate(), allowReadSecret(secretArn)],
      foundation,
    },
    { parent },
  );
}
