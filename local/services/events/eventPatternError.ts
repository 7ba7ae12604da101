import { AwsError } from "../service";

/** A pattern that the service would refuse; EventBridge answers it with status 400. */
export class InvalidEventPatternException extends AwsError {
  constructor(reason: string) {
    super("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
  }
}
