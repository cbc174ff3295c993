#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pactolus {

/// Which instances a librdkafka property is for.
enum class PropertyScope : uint8_t { kConsumer, kProducer, kBoth };

/// librdkafka's properties that a user can write, by name, as the linked library lists them itself.
const std::map<std::string, PropertyScope, std::less<>>& librdkafka_properties();

/// Why Pactolus sets this property itself; empty if it is the user's.
std::string_view owned_property(std::string_view name);

/// Whether a property's value must not be shown anywhere.
bool is_secret_property(std::string_view name);

}  // namespace pactolus
