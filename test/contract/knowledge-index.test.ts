import { Bm25KnowledgeIndex } from "../../adapters/knowledge/bm25-index.ts";
import { knowledgeIndexContract } from "./knowledge-index.contract.ts";

knowledgeIndexContract("BM25", () => new Bm25KnowledgeIndex());
