import type { DeadLetterOptions } from "./options";
import { list } from "./list";
import { queueNamed, type DeadLetterQueue } from "./queues";
import { redrive, type Print } from "./redrive";
import type { DeadLetterServices } from "./services";
import { show } from "./show";

/** Does what was asked. @returns whether everything went well */
export async function runDeadLetters(
  options: DeadLetterOptions,
  queues: readonly DeadLetterQueue[],
  services: DeadLetterServices,
  print: Print,
): Promise<boolean> {
  switch (options.command) {
    case "list":
      await list(services, queues, new Date(), print);
      return true;
    case "show":
      await show(services, queueNamed(queues, options.queue), options.limit, print);
      return true;
    case "redrive":
      return redrive(services, queueNamed(queues, options.queue), options, print);
  }
}
