using Microsoft.Extensions.AI;

namespace RagPy.Core.Providers.Chat;

/// <summary>Finds chat models by name.</summary>
public interface IChatModels
{
    /// <summary>The model that a name means (<see cref="ChatModelName.TryParse"/>). Nothing is asked of its provider.</summary>
    /// <exception cref="InvalidOperationException">It names no model, or the address or key of its provider is not set; the message says what to do.</exception>
    ChatModelName Require(string name);

    /// <summary>The client of a model; shared, not to be disposed by the caller.</summary>
    /// <exception cref="InvalidOperationException">As of <see cref="Require"/>.</exception>
    IChatClient Get(string name);
}
