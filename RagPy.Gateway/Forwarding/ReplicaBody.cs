namespace RagPy.Gateway.Forwarding;

/// <summary>
/// The body of a replica's answer on its way to the client. Its first bytes start the response: until then another replica may be asked, from then on a failure has
/// to cut the connection; compression, which holds bytes back, would otherwise hide that some are under way. Ends early when told to.
/// </summary>
internal sealed class ReplicaBody(HttpContent content, HttpResponse response, CancellationToken end) : HttpContent
{
    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new BodyStream(await content.ReadAsStreamAsync(cancellationToken), response, end);

    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => content.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = content.Headers.ContentLength ?? 0;

        return content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();

        base.Dispose(disposing);
    }

    private sealed class BodyStream(Stream inner, HttpResponse response, CancellationToken end) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = end.CanBeCanceled
                ? await ReadUntilEndAsync(buffer, cancellationToken)
                : await inner.ReadAsync(buffer, cancellationToken);
            if (read > 0 && !response.HasStarted)
                await response.StartAsync(cancellationToken);

            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();

            base.Dispose(disposing);
        }

        private async ValueTask<int> ReadUntilEndAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end);
            try
            {
                return await inner.ReadAsync(buffer, either.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return 0;
            }
        }
    }
}
