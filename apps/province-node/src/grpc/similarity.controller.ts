import { Controller, Inject, UseFilters } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  MAX_QUERIES_PER_CALL,
  RegistryError,
  answerQuestions,
  type AnswerDependencies,
  type ServedVersion,
} from '#libs/registry';
import { reasonToWire, type DescribeIndexResponse, type SearchRequest, type SearchResponse } from '#libs/rpc';
import { ANSWER_DEPENDENCIES } from './answer-dependencies.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/** Calls that may wait for the index at once: as many as the coordinator's one connection carries. */
const MAX_OPEN_SEARCHES = 128;

@Controller()
@UseFilters(RpcErrorFilter)
export class SimilarityController {
  private open = 0;

  constructor(@Inject(ANSWER_DEPENDENCIES) private readonly deps: AnswerDependencies) {}

  @GrpcMethod('SimilarityService', 'search')
  async search({ queries }: SearchRequest): Promise<SearchResponse> {
    if (queries.length === 0 || queries.length > MAX_QUERIES_PER_CALL) {
      throw new RegistryError(
        'INVALID_INPUT',
        'queries',
        `has ${queries.length} queries`,
        `send 1 to ${MAX_QUERIES_PER_CALL} in a call`,
      );
    }
    if (this.open >= MAX_OPEN_SEARCHES)
      throw new RegistryError('TOO_MANY', 'queries', 'too many calls wait already', 'ask again later');
    this.open += 1;
    try {
      const answers = await answerQuestions(this.deps, queries);
      return {
        results: answers.map((answer) => ({
          result:
            'answerJws' in answer
              ? { $case: 'answerJws', value: answer.answerJws }
              : {
                  $case: 'refusal',
                  value: { reason: reasonToWire(answer.refused.reason), detail: answer.refused.message },
                },
        })),
      };
    } finally {
      this.open -= 1;
    }
  }

  @GrpcMethod('SimilarityService', 'describeIndex')
  async describeIndex(): Promise<DescribeIndexResponse> {
    const { province, directory, indexes } = this.deps;
    const states = await Promise.all(indexes.map((index) => index.state()));
    const inForce = states.find((one) => one.modelDigest === directory.calibration.modelDigest) ?? states[0];
    if (!inForce) throw new Error('no version is served');
    return {
      province,
      ...wireVersion(inForce),
      position: String(inForce.position),
      registryPosition: String(inForce.registryPosition),
      epoch: String(directory.epoch),
      served: states.map(wireVersion),
    };
  }
}

function wireVersion({ modelDigest, searched, declared }: ServedVersion) {
  return { modelDigest, searched: String(searched), declared: String(declared) };
}
