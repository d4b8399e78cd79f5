import { Controller, Get, type INestApplication, Injectable } from '@nestjs/common';
import { ApiExcludeController, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The API's description, made once from the controllers. */
@Injectable()
export class ApiDescription {
  private document: OpenAPIObject | undefined;

  /** Walks the application's routes. */
  describe(app: INestApplication): void {
    this.document = SwaggerModule.createDocument(
      app,
      new DocumentBuilder()
        .setTitle("Weft province node: HTTP API for the province's own people")
        .setVersion('1')
        .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
        .build(),
    );
  }

  /** @throws Error before `describe` */
  read(): OpenAPIObject {
    if (this.document === undefined) throw new Error('the API is not described yet');
    return this.document;
  }
}

@ApiExcludeController()
@Controller('api/v1/openapi.json')
export class ApiDescriptionController {
  constructor(private readonly description: ApiDescription) {}

  @Get()
  read(): OpenAPIObject {
    return this.description.read();
  }
}
