using System.Globalization;
using Amazon.S3.Model;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// Reads a part of an object from its beginning to its end. Where the connection is cut, stands still or ends too early, the rest is asked for from where it
/// broke off; only tries in a row without a byte count.
/// </summary>
/// <param name="from">First byte.</param>
/// <param name="to">Last byte; null for all.</param>
internal sealed class S3Reader(S3Objects objects, string key, long from, long? to) : IDisposable
{
    private GetObjectResponse? _response;
    private long _position = from;
    private long _end;
    private int _failures;

    /// <summary>Which object it is; the rest must be of the same. Known once opened, may be given before.</summary>
    public string? ETag { get; set; }

    /// <summary>Length of the whole object; known once opened.</summary>
    public long Length { get; private set; }

    /// <summary>Makes the first request.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="TransientFailureException">It cannot be read now.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _response = await objects.GetAsync(key, _position, to, ETag, cancellationToken);
        ETag = _response.ETag;
        Length = LengthOf(_response);
        _end = Math.Min(Length, to is { } last ? last + 1 : long.MaxValue);
    }

    /// <summary>Reads on.</summary>
    /// <returns>0 at the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_position < _end)
        {
            try
            {
                if (_response is null)
                {
                    await OpenAsync(cancellationToken);
                }

                var read = await ReadOnceAsync(buffer[..(int)Math.Min(buffer.Length, _end - _position)], cancellationToken);
                _position += read;
                _failures = 0;
                return read;
            }
            catch (Exception exception) when (S3Failures.Is(exception, cancellationToken))
            {
                Drop();
                if (++_failures >= objects.Options.Tries)
                {
                    throw objects.Failures.Of(exception);
                }
            }
        }

        return 0;
    }

    public void Dispose() => Drop();

    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(objects.Options.Patience);
        var read = await _response!.ResponseStream.ReadAsync(buffer, limit.Token);
        return read > 0 ? read : throw new EndOfStreamException("The answer ended too early.");
    }

    private void Drop()
    {
        _response?.Dispose();
        _response = null;
    }

    /// <summary>From <c>Content-Range: bytes 0-99/1234</c>.</summary>
    private long LengthOf(GetObjectResponse response)
    {
        var range = response.ContentRange ?? "";
        if (long.TryParse(range[(range.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return length;
        }

        return _position == 0
            ? response.ContentLength
            : throw new TransientFailureException(
                new Failure(FailureCode.ProviderError, $"{objects.Options.Name} does not answer requests for a part of a file.")
            );
    }
}
