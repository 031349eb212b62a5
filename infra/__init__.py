"""The cloud of one mall and stage, as AWS CDK code."""
