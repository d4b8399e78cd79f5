import type { NextFunction, Request, Response } from 'express';
import type { ErrorBody } from './error.filter.js';

const BODY: ErrorBody = {
  error: {
    code: 'FORBIDDEN',
    field: 'path',
    problem: 'is not served by this process, which answers the federation alone (WEFT_REPLICA)',
    remedy: "use the address of the province's node",
  },
};

/** Of a replica's HTTP only health is for anybody: what people begin belongs to the node that goes on with it. */
export function answerHealthAlone(request: Request, response: Response, next: NextFunction): void {
  if (request.path.startsWith('/health/')) next();
  else response.status(403).json(BODY);
}
