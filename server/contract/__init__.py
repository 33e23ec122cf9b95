"""The written contract, made from the models: OpenAPI, AsyncAPI, PROTOCOL.md and the TypeScript types."""
