namespace RagPy.Core.Settings;

/// <content>Remote engines and stores.</content>
public sealed partial record RagPySettings
{
    [Setting(
        "RAGPY_EMBEDDER",
        "Embedder of new projects: `provider/model`, as in `openai/text-embedding-3-large`, with `@dimension` where it is to be chosen or is not known."
    )]
    public string DefaultEmbedder { get; init; } = "offline-hash/1";

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
        "JSON file of prices, `{\"provider/model\": {\"input\": 0.13, \"output\": 0, \"page\": 0}}`, in US dollars a million tokens or a page.",
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

    [Setting("OPENROUTER_BASE_URL", "Address of OpenRouter's API.", IsUrl = true, NotUsedYet = true)]
    public string OpenRouterBaseUrl { get; init; } = "https://openrouter.ai/api/v1";

    [Setting("OPENROUTER_API_KEY", "Key of OpenRouter, for models whose name has a `/`.", IsSecret = true, NotUsedYet = true)]
    public string? OpenRouterApiKey { get; init; }

    [Setting("OPENROUTER_DEFAULT_MODEL", "Chat model when a request names none.", NotUsedYet = true)]
    public string OpenRouterDefaultModel { get; init; } = "gpt-4o-mini";

    [Setting(
        "DEFAULT_BATCH_SIZE_GPT",
        "Chunks cleaned up by a chat model at once.",
        Min = 1,
        Max = 1000,
        Unit = "chunks",
        NotUsedYet = true
    )]
    public int DefaultBatchSizeGpt { get; init; } = 5;

    [Setting("MAX_CONCURRENT_LLM_CALLS", "Chat calls at once, over all replicas.", Min = 1, Max = 1000, NotUsedYet = true)]
    public int MaxConcurrentLlmCalls { get; init; } = 5;

    [Setting("MISTRAL_API_KEY", "Key of Mistral.", IsSecret = true)]
    public string? MistralApiKey { get; init; }

    [Setting("MISTRAL_API_BASE_URL", "Address of Mistral's API.", IsUrl = true)]
    public string MistralApiBaseUrl { get; init; } = "https://api.mistral.ai";

    [Setting("MISTRAL_OCR_MODEL", "OCR model of Mistral.", NotUsedYet = true)]
    public string MistralOcrModel { get; init; } = "mistral-ocr-latest";

    [Setting("MISTRAL_OCR_TIMEOUT", "Longest time of one OCR call.", Min = 1, Max = 7200, Unit = "seconds", NotUsedYet = true)]
    public int MistralOcrTimeoutSeconds { get; init; } = 300;

    [Setting("MISTRAL_DELETE_UPLOADED_FILE", "Delete a file at Mistral after its OCR.", NotUsedYet = true)]
    public bool MistralDeleteUploadedFile { get; init; } = true;

    [Setting("MISTRAL_CONCURRENT_CALLS", "OCR calls at once, over all replicas.", Min = 1, Max = 1000, NotUsedYet = true)]
    public int MistralConcurrentCalls { get; init; } = 3;

    [Setting("OPENAI_OCR_MODEL", "Vision model for OCR.", NotUsedYet = true)]
    public string OpenAIOcrModel { get; init; } = "gpt-4o-mini";

    [Setting("OPENAI_OCR_PROMPT", "Instruction for OCR by a vision model.", NotUsedYet = true, Unset = "a built-in instruction")]
    public string? OpenAIOcrPrompt { get; init; }

    [Setting(
        "OPENAI_OCR_MAX_PAGES",
        "Pages of one file sent to a vision model; 0 for all.",
        Min = 0,
        Max = 10_000,
        Unit = "pages",
        NotUsedYet = true
    )]
    public int OpenAIOcrMaxPages { get; init; } = 10;

    [Setting("OPENAI_OCR_MAX_TOKENS", "Longest answer for one page.", Min = 1, Max = 1_000_000, Unit = "tokens", NotUsedYet = true)]
    public int OpenAIOcrMaxTokens { get; init; } = 2048;

    [Setting("OPENAI_OCR_RENDER_SCALE", "Resolution of a page's image, in multiples of 72 dpi.", Min = 0.5, Max = 10, NotUsedYet = true)]
    public double OpenAIOcrRenderScale { get; init; } = 2.0;

    [Setting("PINECONE_API_KEY", "Key of Pinecone.", IsSecret = true, NotUsedYet = true)]
    public string? PineconeApiKey { get; init; }

    [Setting("PINECONE_ENV", "Environment of Pinecone.", NotUsedYet = true)]
    public string? PineconeEnvironment { get; init; }

    [Setting("PINECONE_BATCH_SIZE", "Points in one write to Pinecone.", Min = 1, Max = 1000, Unit = "points", NotUsedYet = true)]
    public int PineconeBatchSize { get; init; } = 100;

    [Setting("WEAVIATE_URL", "Address of Weaviate.", IsUrl = true, NotUsedYet = true)]
    public string? WeaviateUrl { get; init; }

    [Setting("WEAVIATE_API_KEY", "Key of Weaviate.", IsSecret = true, NotUsedYet = true)]
    public string? WeaviateApiKey { get; init; }

    [Setting("WEAVIATE_BATCH_SIZE", "Points in one write to Weaviate.", Min = 1, Max = 10_000, Unit = "points", NotUsedYet = true)]
    public int WeaviateBatchSize { get; init; } = 100;

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
