using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Logs;

/// <summary>Decodes the logs of a market's contracts. Strict, and without allocation.</summary>
internal static class LendingLogReader
{
    private const uint VariableRate = 2;

    public static bool TryRead(
        LogRoles roles, in Address emitter, ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ulong blockTime, ref LendingEvent e)
    {
        e = default;
        LogRole role = roles.RoleOf(in emitter, out int reserve);
        if (role == LogRole.None || topics.IsEmpty)
            return false;
        e.Time = blockTime;
        e.Reserve = reserve;
        LogWords words = new(topics, data);
        bool whole = role switch
        {
            LogRole.Pool => ReadPool(roles, in topics[0], ref words, ref e),
            LogRole.Configurator => ReadConfigurator(roles, in topics[0], ref words, ref e),
            LogRole.Oracle => ReadOracle(in topics[0], ref words, ref e),
            LogRole.Asset => ReadTransfer(roles, in topics[0], ref words, ref e),
            LogRole.AToken or LogRole.VariableDebt => ReadToken(role, in topics[0], ref words, ref e),
            LogRole.StableDebt => Beyond(ref e),
            _ => ReadAnswer(in emitter, in topics[0], ref words, ref e),
        };
        if (!whole)
            e.Kind = LendingEventKind.Malformed;
        return e.Kind is not (LendingEventKind.None or LendingEventKind.Malformed);
    }

    private static bool ReadPool(LogRoles roles, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        if (topic == LendingTopics.ReserveDataUpdated)
            return ReadReserveUpdate(roles, ref words, ref e);
        if (topic == LendingTopics.CollateralEnabled || topic == LendingTopics.CollateralDisabled)
        {
            e.Kind = LendingEventKind.CollateralUsed;
            e.A = topic == LendingTopics.CollateralEnabled ? UInt256.One : UInt256.Zero;
            return ReadAsset(roles, words.TopicAddress(), ref e) & Take(words.TopicAddress(), out e.Account) && words.IsWhole;
        }
        if (topic == LendingTopics.UserEModeSet)
        {
            e.Kind = LendingEventKind.EModeSet;
            e.Account = words.TopicAddress();
            e.A = words.Number(8);
            return words.IsWhole;
        }
        if (topic == LendingTopics.Supply || topic == LendingTopics.Borrow || topic == LendingTopics.MintUnbacked)
            return ReadBehalf(roles, in topic, ref words, ref e);
        if (topic == LendingTopics.Withdraw || topic == LendingTopics.Repay)
            return ReadReturn(roles, in topic, ref words, ref e);
        if (topic == LendingTopics.LiquidationCall)
            return ReadLiquidation(roles, ref words, ref e);
        if (topic == LendingTopics.FlashLoan)
            return ReadFlashLoan(roles, ref words, ref e);
        if (topic == LendingTopics.MintedToTreasury || topic == LendingTopics.IsolationModeTotalDebtUpdated)
        {
            e.Kind = topic == LendingTopics.MintedToTreasury ? LendingEventKind.TreasuryMinted : LendingEventKind.IsolatedDebtSet;
            bool known = ReadAsset(roles, words.TopicAddress(), ref e);
            e.A = words.Number();
            return known && words.IsWhole;
        }
        return (topic != LendingTopics.BackUnbacked && topic != LendingTopics.SwapBorrowRateMode) || Beyond(ref e);
    }

    private static bool ReadReserveUpdate(LogRoles roles, ref LogWords words, ref LendingEvent e)
    {
        e.Kind = LendingEventKind.ReserveUpdated;
        bool known = ReadAsset(roles, words.TopicAddress(), ref e);
        e.A = words.Number(128);
        words.Number(128); // of stable debt
        e.B = words.Number(128);
        e.C = words.Number(128);
        e.D = words.Number(128);
        return known && words.IsWhole;
    }

    // Supply, MintUnbacked and Borrow: reserve, who acts in the data, for whom, a referral.
    private static bool ReadBehalf(LogRoles roles, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        bool known = ReadAsset(roles, words.TopicAddress(), ref e);
        e.Account = words.TopicAddress();
        words.Topic(16);
        e.Other = words.Address();
        e.A = words.Number();
        e.Kind = topic == LendingTopics.Supply ? LendingEventKind.Supplied : LendingEventKind.UnbackedMinted;
        if (topic == LendingTopics.Borrow)
        {
            e.B = words.Number(8);
            e.C = words.Number();
            e.Kind = e.B == VariableRate ? LendingEventKind.Borrowed : LendingEventKind.BeyondLogs;
        }
        return known && words.IsWhole;
    }

    private static bool ReadReturn(LogRoles roles, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        bool known = ReadAsset(roles, words.TopicAddress(), ref e);
        e.Account = words.TopicAddress();
        e.Other = words.TopicAddress();
        e.A = words.Number();
        e.Kind = LendingEventKind.Withdrawn;
        if (topic == LendingTopics.Repay)
        {
            e.B = words.Number(1);
            e.Kind = LendingEventKind.Repaid;
        }
        return known && words.IsWhole;
    }

    private static bool ReadLiquidation(LogRoles roles, ref LogWords words, ref LendingEvent e)
    {
        e.Kind = LendingEventKind.Liquidated;
        bool known = ReadAsset(roles, words.TopicAddress(), ref e) & roles.TryAsset(words.TopicAddress(), out int debt);
        e.A = (ulong)(uint)debt;
        e.Account = words.TopicAddress();
        e.B = words.Number();
        e.C = words.Number();
        e.Other = words.Address();
        words.Number(1);
        return known && words.IsWhole;
    }

    private static bool ReadFlashLoan(LogRoles roles, ref LogWords words, ref LendingEvent e)
    {
        e.Kind = LendingEventKind.FlashLoaned;
        e.Account = words.TopicAddress();
        bool known = ReadAsset(roles, words.TopicAddress(), ref e);
        words.Topic(16);
        e.Other = words.Address();
        e.A = words.Number();
        words.Number(8);
        e.B = words.Number();
        return known && words.IsWhole;
    }

    private static bool ReadToken(LogRole role, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        bool isDebt = role == LogRole.VariableDebt;
        if (topic == LendingTopics.Mint || topic == LendingTopics.Burn)
        {
            // Mint names the caller first and then the owner, Burn the owner first and then the receiver.
            Address first = words.TopicAddress(), second = words.TopicAddress();
            (e.Account, e.Other) = topic == LendingTopics.Mint ? (second, first) : (first, second);
            e.A = words.Number();
            e.B = words.Number();
            e.C = words.Number(128);
            e.Kind = topic == LendingTopics.Mint
                ? isDebt ? LendingEventKind.DebtMinted : LendingEventKind.SupplyMinted
                : isDebt ? LendingEventKind.DebtBurnt : LendingEventKind.SupplyBurnt;
            return words.IsWhole;
        }
        if (isDebt || topic != LendingTopics.BalanceTransfer)
            return true;
        e.Kind = LendingEventKind.SupplyMoved;
        e.Account = words.TopicAddress();
        e.Other = words.TopicAddress();
        e.A = words.Number(128);
        e.C = words.Number(128);
        return words.IsWhole;
    }

    private static bool ReadTransfer(LogRoles roles, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        if (topic != LendingTopics.Transfer)
            return true;
        e.Account = words.TopicAddress();
        e.Other = words.TopicAddress();
        e.A = words.Number();
        bool leaves = roles.IsAToken(in e.Account, e.Reserve), comes = roles.IsAToken(in e.Other, e.Reserve);
        e.Kind = leaves == comes ? LendingEventKind.None : leaves ? LendingEventKind.AvailableOut : LendingEventKind.AvailableIn;
        return e.Kind == LendingEventKind.None || words.IsWhole;
    }

    private static bool ReadConfigurator(LogRoles roles, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        foreach ((Hash32 known, ReserveSetting setting, bool afterOld) in LendingTopics.Settings)
            if (topic == known)
                return ReadSetting(roles, setting, afterOld, ref words, ref e);
        if (topic == LendingTopics.CollateralConfigurationChanged)
        {
            e.Kind = LendingEventKind.ConfigurationSet;
            e.Setting = ReserveSetting.Collateral;
            bool known = ReadAsset(roles, words.TopicAddress(), ref e);
            (e.A, e.B, e.C) = (words.Number(16), words.Number(16), words.Number(16));
            return known && words.IsWhole;
        }
        if (topic == LendingTopics.BorrowableInIsolationChanged)
        {
            e.Kind = LendingEventKind.ConfigurationSet;
            e.Setting = ReserveSetting.BorrowableInIsolation;
            bool known = ReadAsset(roles, words.Address(), ref e);
            e.A = words.Number(1);
            return known && words.IsWhole;
        }
        if (topic == LendingTopics.EModeCategoryAdded)
        {
            e.Kind = LendingEventKind.CategorySet;
            e.Reserve = (int)words.Topic(8).Limb0;
            (e.A, e.B, e.C) = (words.Number(16), words.Number(16), words.Number(16));
            e.Other = words.Address();
            return words.IsWholeBefore;
        }
        if (topic == LendingTopics.FlashloanPremiumToProtocolUpdated)
        {
            e.Kind = LendingEventKind.FlashPremiumSet;
            words.Number(128);
            e.A = words.Number(16);
            return words.IsWhole;
        }
        return Array.IndexOf(LendingTopics.BeyondLogs, topic) < 0 || Beyond(ref e);
    }

    private static bool ReadSetting(LogRoles roles, ReserveSetting setting, bool afterOld, ref LogWords words, ref LendingEvent e)
    {
        e.Kind = LendingEventKind.ConfigurationSet;
        e.Setting = setting;
        bool known = ReadAsset(roles, words.TopicAddress(), ref e);
        if (afterOld)
            words.Number();
        e.A = words.Number(64);
        return known && words.IsWhole;
    }

    private static bool ReadOracle(in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        if (topic != LendingTopics.AssetSourceUpdated)
            return true;
        e.Kind = LendingEventKind.PriceSourceSet;
        e.Account = words.TopicAddress();
        e.Other = words.TopicAddress();
        return words.IsWhole;
    }

    private static bool ReadAnswer(in Address emitter, in Hash32 topic, ref LogWords words, ref LendingEvent e)
    {
        if (topic != LendingTopics.AnswerUpdated)
            return true;
        e.Kind = LendingEventKind.PriceAnswered;
        e.Account = emitter;
        UInt256 answer = words.Topic();
        // A signed number: zero and below are no price.
        e.A = answer.BitLength == 256 ? UInt256.Zero : answer;
        words.Topic();
        e.B = words.Number();
        return words.IsWhole;
    }

    private static bool Beyond(ref LendingEvent e)
    {
        e.Kind = LendingEventKind.BeyondLogs;
        return true;
    }

    private static bool ReadAsset(LogRoles roles, in Address asset, ref LendingEvent e) => roles.TryAsset(in asset, out e.Reserve);

    private static bool Take(in Address read, out Address kept)
    {
        kept = read;
        return true;
    }
}
