#!/bin/bash
# Written by `scaling-mlops package beanstalk`; run as root on each instance before its container starts.
# Lets the container reach the instance's credentials: version 2 of the metadata answers over one network hop, a container is two away.
# Without credentials it scores all the same and publishes no metrics, so this warns and never fails a deployment.
set -uo pipefail

metadata=http://169.254.169.254/latest
token=$(curl --silent --fail --max-time 5 --request PUT "$metadata/api/token" --header 'X-aws-ec2-metadata-token-ttl-seconds: 60')
read_metadata() { curl --silent --fail --max-time 5 --header "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(read_metadata instance-id)
region=$(read_metadata placement/region)

aws ec2 modify-instance-metadata-options --region "$region" --instance-id "$instance" \
  --http-tokens required --http-endpoint enabled --http-put-response-hop-limit 2 >/dev/null ||
  echo 'the metadata hop limit stays 1: no metrics, no scaling; may the instance profile ec2:ModifyInstanceMetadataOptions?' >&2
exit 0
