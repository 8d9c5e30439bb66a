class ReadOnly:
    """For an admin class or inline whose rows people read, and change through actions alone, if at all."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
