// The JSON of the REST API, as docs/interfaces tells it.

export const ZONES = ["header", "margin", "footer", "text"] as const;
export type Zone = (typeof ZONES)[number];

export const FIELD_STATUSES = ["present", "empty", "absent", "unreadable", "unchecked"] as const;
export type FieldStatus = (typeof FIELD_STATUSES)[number];

export interface FieldValue {
  value: string | string[] | null;
  status: FieldStatus;
  source?: "engine" | "pattern" | "person";
}

export type Content = Record<Zone, string | null> & { fields: Record<string, FieldValue> };

export interface Span {
  zone: Zone;
  start: number;
  end: number;
  kind: string;
}

export interface Prediction {
  id: string;
  engine: string;
  content: Content;
}

export interface Page {
  id: string;
  document: string;
  number: number;
  width: number;
  height: number;
  state: "waiting" | "open" | "corrected" | "approved" | "excluded";
  version: number;
  content: Content;
  spans: Span[];
  fields_version: number | string | null;
  base_prediction: string | null;
  latest_revision: { id: string; author: string; created_at: string } | null;
  prediction: Prediction | null;
  image_url: string;
}

/** What a person is typing: kept on the server and, sooner, in this browser. */
export interface Draft {
  content: Content;
  spans: Span[];
  base_version: number;
  base_prediction: string | null;
  fields_version: number | string | null;
}

export interface Lease {
  id: string;
  expires_at: string;
}

/** Left, top, width, height in pixels of the page's image. */
export type Box = [number, number, number, number];

export interface Words {
  words: [string, number, number, number, number, number, number][];
  /** `angle`: degrees clockwise that the region is to be turned to be read. */
  regions: {
    box: Box;
    zone: Zone | null;
    trust: number;
    angle: number;
    lines?: [number, number];
  }[];
}

export interface FieldDefinition {
  name: string;
  label: string;
  type: "text" | "cpf" | "cnpj" | "date" | "money" | "cnj" | "choice";
  required?: boolean;
  repeated?: boolean;
  help?: string;
  choices?: string[];
}
