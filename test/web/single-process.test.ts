import { pageSuite } from "./page.suite.ts";
import { startLocalSite } from "./site.ts";

pageSuite(startLocalSite);
