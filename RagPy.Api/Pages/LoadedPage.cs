using Microsoft.AspNetCore.Components;

namespace RagPy.Api.Pages;

/// <summary>A page that is drawn once, when all it shows has been fetched.</summary>
public abstract class LoadedPage : ComponentBase
{
    [CascadingParameter]
    protected HttpContext Context { get; set; } = default!;

    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync(Context.RequestAborted);
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Fetches what the page shows.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellation);
}
