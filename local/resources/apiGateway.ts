import type { Adapters } from "./adapter";

interface RestApiInputs {
  /** The OpenAPI document, as JSON text. */
  readonly body: string;
}

interface StageInputs {
  /** The id of the API. */
  readonly restApi: string;
  readonly stageName: string;
}

export const apiGatewayAdapters: Adapters = {
  "aws:apigateway/restApi:RestApi": {
    inputs: ["body"],
    withoutEffect: ["description", "endpointConfiguration"],
    create({ inputs, physicalName }, { account, apis }) {
      const { body } = inputs as unknown as RestApiInputs;
      const apiId = apis.create(physicalName, JSON.parse(body));
      const executionArn = `arn:aws:execute-api:${account.region}:${account.accountId}:${apiId}`;
      return { id: apiId, state: { ...inputs, name: physicalName, executionArn } };
    },
  },
  // What is deployed is the API as it is: a start of the local cloud deploys it once.
  "aws:apigateway/deployment:Deployment": {
    inputs: ["restApi"],
    withoutEffect: ["triggers"],
    create: ({ inputs, physicalName }) => ({ id: physicalName, state: inputs }),
  },
  "aws:apigateway/stage:Stage": {
    inputs: ["restApi", "deployment", "stageName"],
    withoutEffect: ["xrayTracingEnabled"],
    async create({ inputs }, { account, apis }) {
      const { restApi, stageName } = inputs as unknown as StageInputs;
      const invokeUrl = await apis.deploy(restApi, stageName);
      const executionArn = `arn:aws:execute-api:${account.region}:${account.accountId}:${restApi}/${stageName}`;
      return { id: `${restApi}/${stageName}`, state: { ...inputs, invokeUrl, executionArn } };
    },
  },
  "aws:apigateway/methodSettings:MethodSettings": {
    inputs: [],
    // One caller on a laptop is not throttled.
    withoutEffect: ["restApi", "stageName", "methodPath", "settings"],
    create: ({ inputs, physicalName }) => ({ id: physicalName, state: inputs }),
  },
};
