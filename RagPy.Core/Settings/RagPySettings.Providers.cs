using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Settings;

/// <content>Remote engines and stores.</content>
public sealed partial record RagPySettings
{
    [Setting(
        "RAGPY_EMBEDDER",
        "Embedder of new projects: `provider/model`, as in `openai/text-embedding-3-large` or `onnx/FOLDER`, with `@dimension` where it is to be chosen or is not known."
    )]
    public string DefaultEmbedder { get; init; } = "offline-hash/1";

    [Setting(
        "RAGPY_ONNX_MODELS",
        "Folder of a local embedding model, or of several in a folder each: `model.onnx` or `onnx/model.onnx`, and its tokenizer. A model is chosen as `onnx/FOLDER`.",
        Unset = "no local model"
    )]
    public string? OnnxModels { get; init; }

    [Setting(
        "RAGPY_CLEANUP",
        "Chat model that cleans passages of new projects up: `provider/model`, as in `openai/gpt-4o-mini`; `none` for no clean-up."
    )]
    public string DefaultCleanUp { get; init; } = "none";

    [Setting("RAGPY_EMBEDDING_CALLS", "Calls of an embedding model at once, over all replicas.", Min = 1, Max = 256)]
    public int EmbeddingCalls { get; init; } = 4;

    [Setting(
        "RAGPY_EMBEDDING_TOKENS_PER_MINUTE",
        "Tokens a minute that an embedding model may be asked for, over all replicas; 0 for no limit but the provider's.",
        Min = 0,
        Max = 1_000_000_000,
        Unit = "tokens"
    )]
    public int EmbeddingTokensPerMinute { get; init; }

    [Setting(
        "RAGPY_PRICES",
        "JSON file of prices, `{\"provider/model\": {\"input\": 0.13, \"output\": 0, \"page\": 0}}`, in US dollars a million tokens or a page; `batchPage` for a page read in a batch, half of `page` where it is not said.",
        Unset = "built-in list prices"
    )]
    public string? PricesFile { get; init; }

    [Setting(
        "RAGPY_SPENDING_CAP",
        "What a session's calls to providers may cost before its runs pause, unless the session has a cap of its own; 0 for no cap.",
        Min = 0,
        Max = 1_000_000,
        Unit = "US dollars"
    )]
    public double SpendingCap { get; init; }

    [Setting(
        "RAGPY_SPENDING_CAP_PERSON",
        "What a person's calls to providers may cost in a calendar month (UTC), over all sessions, before their runs pause; 0 for no cap.",
        Min = 0,
        Max = 1_000_000,
        Unit = "US dollars"
    )]
    public double SpendingCapPerson { get; init; }

    [Setting(
        "RAGPY_OCR",
        "What reads pages that have no usable text layer. `auto` takes what there is, in this order: Mistral with its key, a vision model with OpenAI's, Tesseract; what one cannot read goes to the next.",
        Choices = RecognitionChoices.Engines
    )]
    public string Recognition { get; init; } = RecognitionChoices.Auto;

    [Setting(
        "RAGPY_OCR_PAGES",
        "Pages that are recognised: those that `need` it, or `all`, whatever their text layer.",
        Choices = RecognitionChoices.Pages
    )]
    public string RecognitionPages { get; init; } = RecognitionChoices.Needed;

    [Setting("RAGPY_OCR_PAGE_TIMEOUT", "Longest time of recognising one page on this machine.", Min = 1, Max = 3600, Unit = "seconds")]
    public int RecognitionPageTimeoutSeconds { get; init; } = 120;

    [Setting("OPENAI_API_KEY", "Key of OpenAI.", IsSecret = true)]
    public string? OpenAIApiKey { get; init; }

    [Setting("OPENAI_BASE_URL", "Address of OpenAI's API.", IsUrl = true)]
    public string OpenAIBaseUrl { get; init; } = "https://api.openai.com/v1";

    [Setting("AZURE_OPENAI_ENDPOINT", "Address of an Azure OpenAI resource.", IsUrl = true)]
    public string? AzureOpenAIEndpoint { get; init; }

    [Setting("AZURE_OPENAI_API_KEY", "Key of the Azure OpenAI resource.", IsSecret = true)]
    public string? AzureOpenAIApiKey { get; init; }

    [Setting("AZURE_OPENAI_API_VERSION", "Version of Azure OpenAI's API.")]
    public string AzureOpenAIApiVersion { get; init; } = "2024-10-21";

    [Setting("RAGPY_COMPATIBLE_URL", "Address of a server with OpenAI's API, for models named `compatible/…`.", IsUrl = true)]
    public string? CompatibleBaseUrl { get; init; }

    [Setting("RAGPY_COMPATIBLE_KEY", "Key of that server.", IsSecret = true, Unset = "none is sent")]
    public string? CompatibleApiKey { get; init; }

    [Setting("OLLAMA_BASE_URL", "Address of Ollama.", IsUrl = true)]
    public string OllamaBaseUrl { get; init; } = "http://localhost:11434";

    [Setting("OPENROUTER_BASE_URL", "Address of OpenRouter's API.", IsUrl = true)]
    public string OpenRouterBaseUrl { get; init; } = "https://openrouter.ai/api/v1";

    [Setting("OPENROUTER_API_KEY", "Key of OpenRouter, for models whose name has a `/`.", IsSecret = true)]
    public string? OpenRouterApiKey { get; init; }

    [Setting("OPENROUTER_DEFAULT_MODEL", "Chat model when a request names none.", NotUsedYet = true)]
    public string OpenRouterDefaultModel { get; init; } = "gpt-4o-mini";

    [Setting("DEFAULT_BATCH_SIZE_GPT", "Chunks of one document cleaned up by a chat model at once.", Min = 1, Max = 1000, Unit = "chunks")]
    public int DefaultBatchSizeGpt { get; init; } = 5;

    [Setting("MAX_CONCURRENT_LLM_CALLS", "Chat calls at once, over all replicas.", Min = 1, Max = 1000)]
    public int MaxConcurrentLlmCalls { get; init; } = 5;

    [Setting("MISTRAL_API_KEY", "Key of Mistral.", IsSecret = true)]
    public string? MistralApiKey { get; init; }

    [Setting("MISTRAL_API_BASE_URL", "Address of Mistral's API.", IsUrl = true)]
    public string MistralApiBaseUrl { get; init; } = "https://api.mistral.ai";

    [Setting("MISTRAL_OCR_MODEL", "OCR model of Mistral.")]
    public string MistralOcrModel { get; init; } = "mistral-ocr-latest";

    [Setting("MISTRAL_OCR_TIMEOUT", "Longest time of one OCR call.", Min = 1, Max = 7200, Unit = "seconds")]
    public int MistralOcrTimeoutSeconds { get; init; } = 300;

    [Setting("MISTRAL_DELETE_UPLOADED_FILE", "Delete a file at Mistral after its OCR.")]
    public bool MistralDeleteUploadedFile { get; init; } = true;

    [Setting("MISTRAL_CONCURRENT_CALLS", "OCR calls at once, over all replicas.", Min = 1, Max = 1000)]
    public int MistralConcurrentCalls { get; init; } = 3;

    [Setting(
        "MISTRAL_OCR_BATCH",
        "Have Mistral read pages in batches, at half the price: an answer may take hours, up to `MISTRAL_OCR_BATCH_HOURS`."
    )]
    public bool MistralOcrBatch { get; init; }

    [Setting(
        "MISTRAL_OCR_BATCH_MIN_PAGES",
        "Fewest pages of a batch; fewer are read by ordinary calls, at once.",
        Min = 1,
        Max = 100_000,
        Unit = "pages"
    )]
    public int MistralOcrBatchMinPages { get; init; } = 100;

    [Setting("MISTRAL_OCR_BATCH_HOURS", "Hours after which Mistral ends a batch that is not finished.", Min = 1, Max = 168, Unit = "hours")]
    public int MistralOcrBatchHours { get; init; } = 24;

    [Setting("OPENAI_OCR_MODEL", "Vision model for OCR: of OpenAI, or `provider/model`.")]
    public string OpenAIOcrModel { get; init; } = "gpt-4o-mini";

    [Setting("OPENAI_OCR_PROMPT", "Instruction for OCR by a vision model.", Unset = "a built-in instruction")]
    public string? OpenAIOcrPrompt { get; init; }

    [Setting("OPENAI_OCR_MAX_PAGES", "Pages of one file sent to a vision model; 0 for all.", Min = 0, Max = 10_000, Unit = "pages")]
    public int OpenAIOcrMaxPages { get; init; } = 10;

    [Setting("OPENAI_OCR_MAX_TOKENS", "Longest answer for one page.", Min = 1, Max = 1_000_000, Unit = "tokens")]
    public int OpenAIOcrMaxTokens { get; init; } = 2048;

    [Setting("OPENAI_OCR_RENDER_SCALE", "Resolution of a page's image, in multiples of 72 dpi.", Min = 0.5, Max = 10)]
    public double OpenAIOcrRenderScale { get; init; } = 2.0;

    [Setting("PINECONE_API_KEY", "Key of Pinecone.", IsSecret = true)]
    public string? PineconeApiKey { get; init; }

    [Setting(
        "PINECONE_ENV",
        "Cloud and region in which an index that is missing is made, serverless: `aws-us-east-1`, `gcp-europe-west4`, `azure-eastus2`.",
        Unset = "no index is made"
    )]
    public string? PineconeEnvironment { get; init; }

    [Setting("PINECONE_INDEX", "What the names of Pinecone's indexes begin with; the length of the vectors follows, as in `ragpy-3072`.")]
    public string PineconeIndex { get; init; } = "ragpy";

    [Setting("PINECONE_BASE_URL", "Address of Pinecone's control API.", IsUrl = true)]
    public string PineconeBaseUrl { get; init; } = "https://api.pinecone.io";

    [Setting("PINECONE_BATCH_SIZE", "Most points in one write to Pinecone; 2 MB end it sooner.", Min = 1, Max = 1000, Unit = "points")]
    public int PineconeBatchSize { get; init; } = 100;

    [Setting("WEAVIATE_URL", "Address of Weaviate.", IsUrl = true)]
    public string? WeaviateUrl { get; init; }

    [Setting("WEAVIATE_API_KEY", "Key of Weaviate.", IsSecret = true)]
    public string? WeaviateApiKey { get; init; }

    [Setting("WEAVIATE_BATCH_SIZE", "Points in one write to Weaviate.", Min = 1, Max = 10_000, Unit = "points")]
    public int WeaviateBatchSize { get; init; } = 100;

    [Setting(
        "RAGPY_PGVECTOR",
        "PostgreSQL database with the extension `vector`, as `Host=…;Database=…;Username=…;Password=…`; may be the application's own, where its server has the extension.",
        IsSecret = true
    )]
    public string? PgVectorConnection { get; init; }

    [Setting("QDRANT_URL", "Address of Qdrant.", IsUrl = true)]
    public string? QdrantUrl { get; init; }

    [Setting("QDRANT_API_KEY", "Key of Qdrant.", IsSecret = true)]
    public string? QdrantApiKey { get; init; }

    [Setting("QDRANT_BATCH_SIZE", "Points in one write to Qdrant; more than 256 count as 256.", Min = 1, Max = 10_000, Unit = "points")]
    public int QdrantBatchSize { get; init; } = 100;

    [Setting("ZOTERO_API_KEY", "Key of Zotero's web API.", IsSecret = true, NotUsedYet = true)]
    public string? ZoteroApiKey { get; init; }

    [Setting("ZOTERO_USER_ID", "Zotero library of this person.", NotUsedYet = true)]
    public string? ZoteroUserId { get; init; }

    [Setting("ZOTERO_GROUP_ID", "Zotero library of this group; wins over `ZOTERO_USER_ID`.", NotUsedYet = true)]
    public string? ZoteroGroupId { get; init; }
}
