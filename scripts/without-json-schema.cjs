// Stands in the Worker's bundle for the part of zod that makes JSON schemas ([alias] in wrangler.toml). Calling it is a TypeError.
module.exports = {};
