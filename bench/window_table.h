#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "payments.h"

namespace pactolus::bench {

/// One window of one partition: a flat open-addressing table from card to totals, for this one job.
class WindowTable {
 public:
  struct Totals {
    std::array<char, kCardSize> card{};
    uint32_t count = 0;  // 0: the place is empty
    int64_t cents = 0;
    int64_t largest = 0;
    std::string_view name() const { return {card.data(), card.size()}; }
  };

  void add(std::string_view card, int64_t cents) {
    if ((used_ + 1) * 2 > places_.size()) grow();
    Totals& totals = place_of(card);
    if (totals.count == 0) {
      std::memcpy(totals.card.data(), card.data(), kCardSize);
      ++used_;
    }
    ++totals.count;
    totals.cents += cents;
    totals.largest = std::max(totals.largest, cents);
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (const Totals& totals : places_) {
      if (totals.count != 0) visit(totals);
    }
  }

 private:
  static uint64_t hash_of(std::string_view card) {
    uint64_t head = 0;
    uint32_t tail = 0;
    static_assert(kCardSize == sizeof head + sizeof tail);
    std::memcpy(&head, card.data(), sizeof head);
    std::memcpy(&tail, card.data() + sizeof head, sizeof tail);
    const uint64_t mixed = (head ^ (uint64_t{tail} << 29)) * 0x9E3779B97F4A7C15;
    return (mixed ^ (mixed >> 32)) * 0xBF58476D1CE4E5B9 >> 20;
  }

  Totals& place_of(std::string_view card) {
    const size_t mask = places_.size() - 1;
    for (size_t i = hash_of(card) & mask;; i = (i + 1) & mask) {
      if (places_[i].count == 0 || places_[i].name() == card) return places_[i];
    }
  }

  void grow() {
    const std::vector<Totals> old = std::move(places_);
    places_ = std::vector<Totals>(old.size() * 2);
    for (const Totals& totals : old) {
      if (totals.count != 0) place_of(totals.name()) = totals;
    }
  }

  std::vector<Totals> places_ = std::vector<Totals>(1024);
  size_t used_ = 0;
};

}  // namespace pactolus::bench
