/** `os._exit(status)`: ends the run at once, past every `except` and `finally`. For the glue, which ends the program with the status. */
export class ProcessExit extends Error {
  override readonly name = 'ProcessExit';
  readonly status: number;
  constructor(status: number) {
    super(`os._exit(${status})`);
    this.status = status;
  }
}
