// An identity provider of one's own: a certified implementation of OpenID Connect, with people who are let in by whoever
// the test says is at the keyboard.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'throughline', client_secret: 'a-secret-between-the-two-of-us' };

/** Begins to listen; `people` are claims by subject. The desk's address is told with `for`, once it is known. */
export async function openProvider(people) {
  const state = { atKeyboard: Object.keys(people)[0], answer: (_, response) => response.end() };
  const server = createServer((request, response) => state.answer(request, response));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://localhost:${server.address().port}`;
  return {
    issuer,
    /** What the desk is told of the provider. */
    file: `issuer = "${issuer}"
client_id = "${CLIENT.client_id}"
client_secret = "${CLIENT.client_secret}"
title = "your council account"
scopes = ["profile"]
[claims]
account = "preferred_username"
name = "name"
roles = "groups"
agency = "council"
[roles]
"jsw-analysts" = "analyst"
"jsw-auditors" = "auditor"
"jsw-admins" = "administrator"
`,
    /** Who is at the keyboard when the provider asks. */
    comes: (subject) => { state.atKeyboard = subject; },
    for: (desk) => { state.answer = answers(issuer, desk, people, state); },
    close: () => new Promise((closed) => server.close(closed)),
  };
}

function answers(issuer, desk, people, state) {
  const provider = new Provider(issuer, {
    clients: [{
      ...CLIENT,
      redirect_uris: [`${desk}/sign-in/provider/back`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups', 'council'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, subject) => ({ accountId: subject, claims: () => ({ sub: subject, ...people[subject] }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
  });
  const callback = provider.callback();
  return async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return callback(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const login = { accountId: state.atKeyboard, remember: false };
      return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  };
}
