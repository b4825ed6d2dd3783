
namespace EdgePose.Delivery.Spool;

/// <summary>The writer's side.</summary>
internal sealed partial class SpoolMemory
{
    /// <summary>Sleeps until there is something to write, to remove or to read, or for <paramref name="tick"/>; false when it is time to end.</summary>
    public bool WaitForWork(TimeSpan tick)
    {
        lock (gate)
        {
            for (var start = Environment.TickCount64; !stopping;)
            {
                var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
                if (WantsMore || (HoldingFor is null && (rewind || incoming.Count > 0 || settled.Count > maxUnsettled / 2)))
                {
                    return true;
                }

                var limit = settled.Count > 0 && HoldingFor is null && SettleDelay < tick ? SettleDelay : tick;
                if (waited >= limit)
                {
                    return true;
                }

                Monitor.Wait(gate, limit - waited);
            }

            return false;
        }
    }

    /// <summary>Hands the writer the oldest messages that are not on the disk, within limits, and all positions to remove.</summary>
    /// <returns>What was dropped since there is a spool, these removals among it and no later ones.</returns>
    public DropCounts Take(List<StoredMessage> messages, int mostMessages, int mostBytes, List<long> removals)
    {
        lock (gate)
        {
            while (messages.Count < mostMessages && mostBytes > 0 && incoming.TryDequeue(out var message))
            {
                incomingBytes -= message.Bytes;
                mostBytes -= message.Bytes;
                messages.Add(message);
            }

            removals.AddRange(settled);
            settling.UnionWith(settled);
            settled.Clear();
            return droppedBefore.Plus(dropped);
        }
    }

    /// <summary>What the writer has not taken yet.</summary>
    public int Unwritten
    {
        get
        {
            lock (gate)
            {
                return incoming.Count + settled.Count;
            }
        }
    }

    /// <summary>Messages that the writer has not taken yet.</summary>
    public int OnTheirWay
    {
        get
        {
            lock (gate)
            {
                return incoming.Count;
            }
        }
    }

    /// <summary>Whether the window must be filled anew, because a topic may be tried again.</summary>
    public bool MustRewind
    {
        get
        {
            lock (gate)
            {
                return rewind;
            }
        }
    }

    /// <summary>Takes out of a batch what was settled without ever having been on the disk.</summary>
    public void Prune(List<SpoolEntry> batch)
    {
        lock (gate)
        {
            if (doneHere.Count > 0)
            {
                batch.RemoveAll(entry => doneHere.Remove(entry.Position));
            }
        }
    }

    /// <summary>A transaction is on the disk: the batch is there, what was settled is gone, and so are the aged, and the victims that made way.</summary>
    public void Committed(List<SpoolEntry> batch, int aged, DropCause cause, int victims)
    {
        lock (gate)
        {
            settling.Clear();
            HoldingFor = null;
            foreach (var entry in batch)
            {
                onlyHere.Remove(entry.Position);
                if (doneHere.Remove(entry.Position))
                {
                    settled.Add(entry.Position); // while it was being written
                }
            }

            Drop(DropCause.Aged, aged);
            Drop(cause, victims);
        }
    }

    /// <summary>Takes positions out of the window to drop them from the disk; gives back those that are not in flight, nor settled already.</summary>
    public List<long> Withdraw(IEnumerable<long> candidates, int limit)
    {
        lock (gate)
        {
            var free = candidates.Where(position => !window.IsLeased(position) && !IsSettled(position)).Take(limit).ToList();
            free.ForEach(position => window.Remove(position));
            return free;
        }
    }

    /// <summary>Puts messages into the window; those that are there, settled or parked are left out.</summary>
    /// <param name="entries">Messages, rising.</param>
    /// <param name="onDisk">Whether they are on the disk too.</param>
    public void Fill(IEnumerable<SpoolEntry> entries, bool onDisk)
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (window.Contains(entry.Position) || IsSettled(entry.Position) || (onDisk && window.IsParked(entry.Message.Topic)))
                {
                    continue;
                }

                window.Add(entry.Position, entry.Message);
                if (!onDisk)
                {
                    onlyHere.Add(entry.Position);
                }
            }
        }
    }

    /// <summary>Empties the window of what waits and is on the disk, to be filled anew: until <see cref="Reached"/> nothing is leased. Topics that may be tried again come back with it.</summary>
    public void Rewind()
    {
        lock (gate)
        {
            window.RemoveWaiting((position, _) => !onlyHere.Contains(position));
            foreach (var topic in lifting)
            {
                window.Unpark(topic);
            }

            lifting.Clear();
            (rewind, reach) = (false, 0);
        }
    }

    /// <summary>All messages of the disk up to a position have been put into the window: these may be leased.</summary>
    /// <param name="position">The position; the highest number there is when nothing on the disk is left out, and what waits in memory only may be leased too.</param>
    public void Reached(long position)
    {
        lock (gate)
        {
            reach = position;
        }
    }

    /// <summary>How many messages the window has room for, and whether the writer will be woken for more.</summary>
    public int Room(bool more)
    {
        lock (gate)
        {
            moreOnDisk = more;
            return WindowCapacity - window.WaitingUpTo(reach); // those beyond must not keep those before them out
        }
    }

    /// <summary>The disk takes no writes.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Hold(string reason)
    {
        lock (gate)
        {
            var news = HoldingFor is null;
            HoldingFor = reason;
            return news;
        }
    }

    /// <summary>The disk takes writes.</summary>
    public void Release()
    {
        lock (gate)
        {
            HoldingFor = null;
        }
    }

    /// <summary>Messages that were found damaged, or lost with a damaged file.</summary>
    public void Lose(long messages)
    {
        lock (gate)
        {
            Drop(DropCause.Corrupt, messages);
        }
    }

    private bool WantsMore => moreOnDisk && window.WaitingUpTo(reach) < WindowCapacity / 2;
}
