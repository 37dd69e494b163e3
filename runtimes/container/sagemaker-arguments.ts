/**
 * SageMaker starts an image with the word `serve`, has put the models into /opt/ml/model, and asks at port 8080 or SAGEMAKER_BIND_TO_PORT: the same as
 * flags, of which those that are given as well win. Other arguments stay as they are.
 */
export function sageMakerArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const [node = '', program = '', word, ...flags] = argv
  if (word !== 'serve') return argv
  const { SAGEMAKER_BIND_TO_PORT: port = '8080', MODEL_REPOSITORY: models = '/opt/ml/model' } = environment
  return [node, program, '--port', port, '--model-repository', models, ...flags]
}
