import { Stack, Validations } from 'aws-cdk-lib'
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'

/** Two zones. From outside only the load balancer can be reached, by HTTPS. */
export class Network extends Stack {
  readonly vpc: Vpc
  readonly loadBalancer: SecurityGroup
  readonly instances: SecurityGroup

  constructor(scope: Construct, id: string, { natGateways }: StageSettings) {
    super(scope, id)
    // who needs a public address asks for it: Elastic Beanstalk's instances where there is no NAT gateway
    const outside = { name: 'public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }
    const inside = { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS }
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways,
      subnetConfiguration: natGateways === 0 ? [outside] : [outside, inside],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
      flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
    })
    const { vpc } = this
    this.loadBalancer = new SecurityGroup(this, 'LoadBalancer', {
      vpc,
      description: 'HTTPS from anywhere',
      allowAllOutbound: false,
    })
    this.instances = new SecurityGroup(this, 'Instances', { vpc, description: 'HTTP from the load balancer alone' })
    this.loadBalancer.addIngressRule(Peer.anyIpv4(), Port.HTTPS)
    this.loadBalancer.addEgressRule(this.instances, Port.HTTP)
    this.instances.addIngressRule(this.loadBalancer, Port.HTTP)
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The service is public: HTTPS is what the load balancer is for.',
    })
  }
}
