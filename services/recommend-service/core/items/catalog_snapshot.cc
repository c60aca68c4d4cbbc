#include "services/recommend-service/core/items/catalog_snapshot.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace clientele::recommend {
namespace {

using Blocks = std::vector<std::shared_ptr<const CatalogBlock>>;

bool IdBefore(const CatalogEntry& entry, absl::string_view id) { return entry.item->id < id; }

// Entries and edits of the same range, merged by id.
CatalogBlock Merged(const CatalogBlock& block, CatalogEdits::const_iterator edit,
                    CatalogEdits::const_iterator end) {
  CatalogBlock merged;
  merged.reserve(block.size() + static_cast<std::size_t>(std::distance(edit, end)));
  auto entry = block.begin();
  for (; edit != end; ++edit) {
    const auto next = std::lower_bound(entry, block.end(), edit->first, IdBefore);
    merged.insert(merged.end(), entry, next);
    entry = next;
    if (entry != block.end() && entry->item->id == edit->first) ++entry;
    if (edit->second.has_value()) merged.push_back(*edit->second);
  }
  merged.insert(merged.end(), entry, block.end());
  return merged;
}

// Adds the entries as blocks of nearly equal size; small ones go together with the block before.
void Append(Blocks& blocks, CatalogBlock entries) {
  if (entries.empty()) return;
  if (!blocks.empty() && blocks.back()->size() + entries.size() <= kMaxCatalogBlock / 2) {
    CatalogBlock together = *blocks.back();
    together.insert(together.end(), entries.begin(), entries.end());
    blocks.back() = std::make_shared<const CatalogBlock>(std::move(together));
    return;
  }
  if (entries.size() <= kMaxCatalogBlock) {
    blocks.push_back(std::make_shared<const CatalogBlock>(std::move(entries)));
    return;
  }
  const std::size_t parts = (entries.size() + kMaxCatalogBlock / 2 - 1) / (kMaxCatalogBlock / 2);
  for (std::size_t part = 0; part < parts; ++part) {
    const auto at = [&](std::size_t p) {
      return entries.begin() + static_cast<std::ptrdiff_t>(entries.size() * p / parts);
    };
    blocks.push_back(std::make_shared<const CatalogBlock>(at(part), at(part + 1)));
  }
}

}  // namespace

CatalogItem ToCatalogItem(const Item& item) {
  return {
      item.id,    item.title,      item.category,       item.available,      item.parent_categories,
      item.brand, item.attributes, item.available_from, item.available_until};
}

AvailableTimes TimesOf(const CatalogItem& item) {
  // Infinite times are the greatest and the least numbers.
  if (!item.available) return {};
  return {absl::ToUnixMicros(item.available_from), absl::ToUnixMicros(item.available_until)};
}

const CatalogEntry* CatalogSnapshot::Find(absl::string_view id) const {
  auto block = std::upper_bound(
      blocks.begin(), blocks.end(), id,
      [](absl::string_view id, const auto& block) { return id < block->front().item->id; });
  if (block == blocks.begin()) return nullptr;
  --block;
  const auto found = std::lower_bound((*block)->begin(), (*block)->end(), id, IdBefore);
  return found != (*block)->end() && found->item->id == id ? &*found : nullptr;
}

Blocks EditBlocks(const Blocks& blocks, const CatalogEdits& edits) {
  Blocks result;
  result.reserve(blocks.size() + edits.size() / (kMaxCatalogBlock / 2) + 1);
  auto edit = edits.begin();
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    // What is before the first block belongs to it, what is between two to the earlier one.
    const auto end =
        b + 1 < blocks.size() ? edits.lower_bound(blocks[b + 1]->front().item->id) : edits.end();
    if (edit == end) {
      result.push_back(blocks[b]);
    } else {
      Append(result, Merged(*blocks[b], edit, end));
    }
    edit = end;
  }
  if (blocks.empty()) Append(result, Merged({}, edits.begin(), edits.end()));
  return result;
}

}  // namespace clientele::recommend
