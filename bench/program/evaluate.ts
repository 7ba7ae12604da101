import { everything, recordProgram } from "../../tests/helpers/recordedProgram";

const started = performance.now();

recordProgram({ config: everything }).then(
  () => {
    console.log(performance.now() - started);
    process.exit(0);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
