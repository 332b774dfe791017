/** What `@std/testing/bdd` declares, in the part this project may use. */

type Body = () => void | Promise<void>;
type Block = () => void;

export declare function describe(name: string, fn: Block): void;
export declare namespace describe {
  function only(name: string, fn: Block): void;
  function skip(name: string, fn: Block): void;
}
export declare function it(name: string, fn: Body): void;
export declare namespace it {
  function only(name: string, fn: Body): void;
  function skip(name: string, fn: Body): void;
}
export declare const test: typeof it;

export declare function beforeAll(fn: Body): void;
export declare function afterAll(fn: Body): void;
export declare function beforeEach(fn: Body): void;
export declare function afterEach(fn: Body): void;
