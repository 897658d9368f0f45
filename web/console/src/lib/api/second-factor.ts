/** The second half of signing in, which only hubs have whose people may have second factors. */
import type { components } from './schema';

export interface SecondFactorPaths {
  '/api/v1/sessions/second-factor': {
    post: {
      requestBody: { content: { 'application/json': { ticket: string; code?: string | null } } };
      responses: { 201: { content: { 'application/json': components['schemas']['SessionBegun'] } } };
    };
  };
}
