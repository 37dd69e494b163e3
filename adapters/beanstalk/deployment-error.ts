/** All that stands against a deployment, a line each. */
export class DeploymentError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
    this.name = 'DeploymentError'
    this.problems = problems
  }
}
