import { App, BootstraplessSynthesizer, Stage, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type Configuration, type StageName, settingsOf } from './configuration.ts'
import { Beanstalk } from './stacks/beanstalk.ts'
import { Delivery } from './stacks/delivery.ts'
import { Files } from './stacks/files.ts'
import { Functions } from './stacks/functions.ts'
import { Models } from './stacks/models.ts'
import { Network } from './stacks/network.ts'
import { Notifications } from './stacks/notifications.ts'
import { Observability } from './stacks/observability.ts'
import { Queues } from './stacks/queues.ts'

const STAGES: readonly StageName[] = ['dev', 'prod']

/** All stacks of both stages; synthesis fails where cdk-nag's AwsSolutions find what has no reason. */
export function makeApplication(configuration: Configuration, outdir?: string): App {
  // no stack has files to be uploaded: nothing has to be prepared in the account
  const defaultStackSynthesizer = new BootstraplessSynthesizer()
  const app = new App({ defaultStackSynthesizer, ...(outdir !== undefined && { outdir }) })
  for (const name of STAGES) addStage(app, configuration, name)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}

function addStage(app: App, configuration: Configuration, name: StageName): void {
  const settings = settingsOf(configuration, name)
  const stage = new Stage(app, `${settings.project}-${name}`, { env: { region: settings.region } })
  const network = new Network(stage, 'network', settings)
  const models = new Models(stage, 'models', settings)
  const queues = new Queues(stage, 'queues', settings)
  const beanstalk = new Beanstalk(stage, 'beanstalk', settings, { network, models, queues })
  const files = new Files(stage, 'files', settings)
  const functions = new Functions(stage, 'functions', settings, { models, queues, files })
  const notifications = new Notifications(stage, 'notifications', settings)
  const observability = new Observability(stage, 'observability', settings, { queues, files, notifications })
  notifications.announce(stage)

  // one to an account: GitHub's provider and the registry serve both stages
  const delivery =
    name === 'prod' && settings.github !== undefined && new Delivery(stage, 'delivery', settings, settings.github)

  const { project, owner, costCenter, modelName } = settings
  const tags = { Project: project, Environment: name, Owner: owner, CostCenter: costCenter, ModelName: modelName }
  for (const [key, value] of Object.entries(tags)) Tags.of(stage).add(key, value)
  const components = {
    network,
    models,
    queue: queues,
    files,
    web: beanstalk,
    lambda: functions,
    notifications,
    observability,
  }
  if (delivery) Tags.of(delivery).add('Component', 'delivery')
  for (const [component, stack] of Object.entries(components)) Tags.of(stack).add('Component', component)
}
