import * as pulumi from "@pulumi/pulumi";
import { parseCatalogue } from "../../../components/catalogue/parseCatalogue";
import { parseTriggers } from "../../../components/catalogue/parseTriggers";
import { JobStore } from "../../../components/jobStore";
import { MetricTriggers } from "../../../components/metricTriggers";
import { StackParts } from "../../../components/monitoring/stackParts";
import { StackKey } from "../../../components/stackKey";
import { readStackSettings } from "../../../components/stackSettings";

// A program of nothing but jobs and what starts them on a metric.
const config = new pulumi.Config("jobrelay");
const settings = readStackSettings(config);
const catalogue = parseCatalogue(config.getObject("processes"), { functions: ["sleep"], retentionDays: 90 });
const triggers = parseTriggers(config.getObject("triggers"), catalogue);
const foundation = { settings, parts: new StackParts(), key: new StackKey("data-key", settings) };
const jobs = new JobStore("jobs", foundation);
new MetricTriggers("triggers", { triggers, catalogue, jobs, foundation });
